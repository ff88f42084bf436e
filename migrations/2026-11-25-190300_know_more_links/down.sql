DELETE FROM account_tokens WHERE purpose NOT IN ('setup', 'invite');
ALTER TABLE account_tokens
    DROP CONSTRAINT account_tokens_purpose_known,
    ADD CONSTRAINT account_tokens_purpose_known CHECK (purpose IN ('setup', 'invite'));
